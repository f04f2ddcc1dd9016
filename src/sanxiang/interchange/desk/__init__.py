"""Pages of the publisher about what goes to other systems (数据报送与共享)."""
