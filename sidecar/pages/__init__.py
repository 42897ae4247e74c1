"""Pages for people: they speak HTTP and decide nothing."""
