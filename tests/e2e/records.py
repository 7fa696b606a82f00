"""A config.yaml for commands that crawl nothing, and articles to import."""

from __future__ import annotations

from typing import Any

CONFIG = """\
timezone: Asia/Makassar
sites: [{{name: koran, url: "https://koran.example/", timezone: Asia/Makassar}}]
watchlists:
  - {{name: suriah, any: [Suriah], none: ["Astana Anyar"], notify: [kait]}}
  - {{name: astana, any: [Astana], notify: []}}
channels:
  kait: {{type: webhook, url: "{url}", allow_private: true}}
  mati: {{type: webhook, url: "http://127.0.0.1:9/", allow_private: true}}
  konsol: {{type: console}}
"""
SURIAH: dict[str, Any] = {
    "url": "https://koran.example/suriah?utm_source=umpan",
    "title": "Utusan Suriah tiba di Astana",
    "body": "Para utusan tiba.\n\nPerundingan Suriah dimulai besok.",
    "site": "koran",
    "published_at": "2019-01-02T11:18:00",
    "authors": ["Rina Wulandari"],
    "tags": None,
}
BERAS = {"url": "https://koran.example/beras", "title": "Harga beras turun", "body": "Isi."}
