"""全过程记录: the documents of a case, its recordings, its volume and its archive."""
