"""A big, skewed data set made of nothing, for `manage.py seed_load`: what lists and sums are measured on."""
