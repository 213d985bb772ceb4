"""Audio and video, opened by workers that can do nothing else; `reading` is what others call."""
