"""What a process needs to run: resources, loops, its line to the supervisor."""
