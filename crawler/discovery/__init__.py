"""Which articles a site announces, and where: feeds, sitemaps, home pages. Pure: bytes in, data out."""
