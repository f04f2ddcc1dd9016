"""What is in pictures, sound and film (媒体检查), and copies made of them. Decoders are run in a process of their own
with limits of time and memory (`asking`), because a hostile file attacks them first; nothing here knows Django.
"""
