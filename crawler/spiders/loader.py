"""Makes a spider of every site in config.yaml, so that `scrapy list`, `crawl` and `parse` know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import UsageError

from core.errors import SiagaError
from crawler.dialling import install_resolver
from crawler.project import Project, read_project
from crawler.sites import SiteConfig  # noqa: TC001  # the class is read at run time
from crawler.spiders.site import SiteSpider
from crawler.sqlite_sink import SqliteSink
from crawler.urls import host_of, registered_domain

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


class ConfiguredSpider(SiteSpider):
    """A site's spider as it runs by hand: it plans its own visit and writes the database itself."""

    project: Project
    site: SiteConfig

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        network, proxy = cls.project.sections.network, cls.project.sections.crawl.proxy
        settings.set("SIAGA_ALLOW_PRIVATE", list(network.allow_private), priority="spider")
        if proxy is not None:
            settings.set("SIAGA_PROXY", proxy.url, priority="spider")
            settings.set("SIAGA_PROXY_ALLOW_PRIVATE", proxy.allow_private, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        sink = SqliteSink(cls.project.database)
        job = sink.plan(cls.site, cls.project)
        install_resolver(crawler.settings)
        return super().from_crawler(crawler, *args, **kwargs, job=job, sink=sink)


class SiteLoader:
    """Scrapy's SPIDER_LOADER_CLASS: sites are read from $SIAGA_CONFIG or config.yaml when first asked for."""

    def __init__(self) -> None:
        self._project: Project | None = None

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:  # noqa: ARG003  # Scrapy's protocol
        return cls()

    def load(self, spider_name: str) -> type[ConfiguredSpider]:
        project = self._read()
        site = project.sections.site(spider_name)
        if site is None:
            raise KeyError(f"config.yaml has no site {spider_name!r}")
        namespace = {"name": site.name, "site": site, "project": project}
        return type(f"Spider_{site.name}", (ConfiguredSpider,), namespace)

    def list(self) -> list[str]:
        return [site.name for site in self._read().sections.sites]

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]  # `list` is the method here
        domain = registered_domain(host_of(request.url))
        return [
            site.name
            for site in self._read().sections.sites
            if registered_domain(host_of(site.url)) == domain
        ]

    def _read(self) -> Project:
        if self._project is None:
            try:
                self._project = read_project()
            except SiagaError as error:
                raise UsageError(str(error)) from error
        return self._project
