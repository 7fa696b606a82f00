"""From bytes to articles: a Scrapy project that looks at news sites, reads pages and stores what is new."""
