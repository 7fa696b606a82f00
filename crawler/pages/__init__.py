"""Publishers whose pages the general way reads wrongly: one file each, named after the site's host."""
