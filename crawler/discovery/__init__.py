"""Which articles a site announces, and where: feeds, sitemaps, home pages. Bytes in, data out."""
