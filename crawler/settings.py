"""The Scrapy project's settings, for `scrapy` by hand and for the worker alike; each with its reason."""

BOT_NAME = "siaga"
SPIDER_LOADER_CLASS = "crawler.spiders.loader.SiteLoader"  # a site of config.yaml is a spider
SPIDER_MODULES: list[str] = []

# One polite guest: what a site's own settings ask for comes on top of these.
USER_AGENT = "Siaga/0.1 (news monitor; it obeys robots.txt)"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "id,en;q=0.5",
}
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 4
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# crawler.politeness.turnstile makes requests wait: for each registered domain, and across visits.
DOWNLOAD_DELAY = 0.0
DOWNLOAD_DELAY_JITTER = 0.0
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"

# Limits: a site can be slow, endless or hostile.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # after decompression
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False  # half a page is read, and marked as such
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
RETRY_ENABLED = False  # the next look is the retry; Scrapy's knows no Retry-After
DNS_TIMEOUT = 15
DNSCACHE_ENABLED = False  # it forgets nothing, and the worker lives for weeks
CONCURRENT_ITEMS = 4  # the default starts 100 tasks a response
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloading.BoundedDownloadHandler",
    "https": "crawler.downloading.BoundedDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# Every address is checked when it is dialled.
TWISTED_DNS_RESOLVER = "crawler.dialling.GuardedResolver"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# Only config.yaml names a proxy: one from the environment would by-pass the check.
HTTPPROXY_ENABLED = False
SIAGA_ALLOW_PRIVATE: list[str] = []
SIAGA_PROXY: str | None = None
SIAGA_PROXY_ALLOW_PRIVATE = False
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.addresses.AddressMiddleware": 50,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # every request is ours to make
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # no site is logged in to
}
# Each takes its time for every request and page and has nothing to do here: the spider records every status,
# no request follows from another one's links, and no metadata are copied.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
DOWNLOADER_STATS = False
ITEM_PIPELINES = {
    "crawler.pipelines.CleanPipeline": 100,
    "crawler.pipelines.DuplicatesPipeline": 200,
    "crawler.pipelines.SinkPipeline": 900,
}

# Off: an arbitrary-code port for each crawler, and counters that nobody reads.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
MEMUSAGE_ENABLED = False  # the worker's parent watches its memory
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
EXTENSIONS = {"scrapy.extensions.logcount.LogCount": None}
LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
