"""The sections of the page of measurements, one for each question, from the figures of its script. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.report.plot import Chart, draw
from bench.report.proofs import PROOFS
from bench.report.tables import by_size, number, table, times

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Figures = Mapping[str, Any]

FOLDER = "benchmarks"
"""Where the pictures stand, beside the page."""
_EXTRACTION_ALONE = "extraction alone"


def crawl(figures: Figures) -> str:
    tools = {name: one for name, one in figures.items() if name != _EXTRACTION_ALONE}
    ours, limit = figures["Siaga"], figures[_EXTRACTION_ALONE]["articles_per_cpu_s"]
    rows = [
        [
            name,
            number(one["cpu_ms_per_article"]),
            number(one["articles_per_cpu_s"]),
            times(ours["articles_per_cpu_s"], one["articles_per_cpu_s"]),
            number(one["requests_per_article"], 2),
            number(one["again_requests_per_house"]),
            number(one["again_cpu_ms_per_house"]),
            number(one["missed"], 0),
            number(one["stored_twice"], 0),
        ]
        for name, one in tools.items()
    ]
    columns = (
        "",
        "CPU ms an article",
        "articles per CPU second",
        "Siaga has … times as many",
        "requests an article",
        "requests a house, nothing new",
        "CPU ms a house, nothing new",
        "missed",
        "stored twice",
    )
    return (
        f"{table(columns, rows)}\n\nExtraction alone, over the same pages from the disk, reads "
        f"{number(limit)} articles per CPU second: the limit. CPU is that of whole process trees, "
        "their start included; medians over the rounds."
    )


_MONITORING = {
    "every_s": ("seconds between two looks", 0),
    "requests_a_minute": ("requests a minute", 0),
    "published": ("articles with the word in the headline", 0),
    "told": ("told", 0),
    "p50_s": ("seconds to the webhook, median", 1),
    "p95_s": ("seconds to the webhook, 95th percentile", 1),
    "p50_after_look_s": ("from the first look after it, median", 1),
    "in_text_only": ("articles with the word in the text only", 0),
    "in_text_only_told": ("told of these", 0),
    "without_told": ("told without the word", 0),
    "cpu_s_a_minute": ("CPU seconds a minute", 2),
    "memory_mb": ("memory at its peak, MB (PSS)", 0),
    "killed_slow_published": ("killed while the receiver is slow: articles", 0),
    "killed_slow_lost": ("lost", 0),
    "killed_slow_repeated": ("told more than once", 0),
    "killed_refusing_published": ("killed while the receiver refuses: articles", 0),
    "killed_refusing_lost": ("lost", 0),
    "killed_refusing_repeated": ("told more than once", 0),
}


def monitoring(figures: Figures) -> str:
    tools = figures["tools"]
    rows = (
        [head, *(number(one.get(key), digits) for one in tools.values())]
        for key, (head, digits) in _MONITORING.items()
    )
    return table(["", *tools], rows)


def extraction(figures: Figures) -> str:
    """With a last column only where pages of ../shared/eval were there to be read."""
    ours = figures["siaga"]
    judged = ours["id_ms"] > 0
    rows = (
        [
            name,
            number(one["ms"]),
            number(one["median_ms"]),
            times(one["ms"], ours["ms"]),
            number(one["mb"], 0),
            number(one["f1"], 3),
            *([number(one["id_right"], 2)] if judged else ()),
        ]
        for name, one in figures.items()
    )
    columns = ["", "CPU ms a page", "median", "times Siaga's", "peak memory, MB", "body F1"]
    columns += ["Indonesian pages right in every field"] if judged else []
    return (
        f"{table(columns, rows)}\n\nOne Indonesian date takes {number(ours['date_us'])} µs. Siaga, "
        "newspaper4k and news-please read all fields, trafilatura most; the others read the text only."
    )


def matching(figures: Figures) -> str:
    columns = {
        "Siaga": figures["us_per_article"],
        "with the words": figures["with_words_us"],
        "none matches": figures["sparse_us"],
        "mokaccino": figures["mokaccino_us"],
        "each by itself": figures["naive_us"],
        "FTS5": figures["fts5_us"],
    }
    return (
        f"{by_size(columns, 'watchlists', 0)}\n\nCPU µs an article of 410 words, from raw text to the names "
        "of its watchlists. mokaccino knows neither phrases nor NEAR, and is given words already cut."
    )


def duplicates(figures: Figures) -> str:
    costs = by_size({"CPU ms an article": figures["cpu_ms_per_article"]}, "stored", 2)
    return (
        f"{costs}\n\n{number(figures['bytes_per_article'], 0)} bytes of index an article. In a fortnight of "
        f"an invented press {number(figures['copies_found'], 4)} of the copies were found, "
        f"{number(figures['wrongly_joined'], 0)} pieces wrongly joined (B-cubed F1 "
        f"{number(figures['b_cubed_f1'], 4)})."
    )


def backtest(figures: Figures) -> str:
    return by_size({"articles a second, one core": figures["articles_a_second"]}, "watchlists", 0)


def rhythm(figures: Figures) -> str:
    means = figures["mean_delay_minutes"]
    names = list(next(iter(means.values())))
    rows = [
        [name.replace("_", " "), *(number(row[name], 2) for row in means.values())]
        for name in names
    ]
    ratios = [
        ["Siaga to fixed", *(number(one, 3) for one in figures["siaga_to_fixed"].values())],
        ["Siaga to the oracle", *(number(one, 3) for one in figures["siaga_to_oracle"].values())],
    ]
    return table(["mean delay, minutes", *(f"a look in {m} min" for m in means)], rows + ratios)


def looks(figures: Figures) -> str:
    look, process = figures["cpu_ms_per_look"], figures["cpu_ms_process_per_crawl"]
    rows = [
        ["a look at an unchanged source, CPU ms", number(look)],
        ["a process for each look, CPU ms", number(process)],
        ["that is times as much", times(process, look)],
        ["daemon and worker after a fifth of the looks, MB", number(figures["memory_mb_early"])],
        ["after all of them, MB", number(figures["memory_mb_late"])],
    ]
    return table(["", "measured"], rows)


def idle(figures: Figures) -> str:
    rows = [
        [name, number(figures[f"{name}_mb"]), number(figures[f"{name}_cpu_percent"], 2)]
        for name in ("daemon", "worker")
    ]
    rows.append(["together", number(figures["memory_mb"]), number(figures["cpu_percent"], 2)])
    return (
        f"{table(['', 'memory, MB (PSS)', '% of a core'], rows)}\n\n{number(figures['sites'], 0)} sites, "
        f"{number(figures['looks_per_minute'])} looks a minute, over {number(figures['minutes'])} minutes."
    )


def telling(figures: Figures) -> str:
    rows = [
        ["stored to accepted, median, s", number(figures["p50_s"], 3)],
        ["99th percentile, s", number(figures["p99_s"], 3)],
    ]
    if "articles_per_s" in figures:
        rows += [
            ["articles stored and matched a second", number(figures["articles_per_s"], 0)],
            ["CPU ms an article", number(figures["cpu_ms_per_article"], 2)],
        ]
    for key in ("lost", "repeats"):
        if key in figures:
            rows.append([key, number(figures[key], 0)])
    return table(["", "measured"], rows)


def counts(figures: Figures) -> str:
    """Figures that speak for themselves."""
    rows = (
        [name.replace("_", " "), number(value, 0 if float(value).is_integer() else 2)]
        for name, value in figures.items()
        if isinstance(value, int | float)
    )
    return table(["", "measured"], rows)


def proofs(figures: Figures) -> str:
    rows = (
        [
            f"{proof.subject}: {proof.text}",
            number(figures[proof.name]["passed"], 0),
            number(figures[proof.name]["failed"], 0),
        ]
        for proof in PROOFS
        if proof.name in figures
    )
    return table(["", "passed", "failed"], rows)


def hotpath(figures: Figures) -> str:
    """The dearest stages of an article's path, and what was done about each."""
    rows = (
        [
            one["stage"],
            number(one["us"], 0),
            f"{100 * one['share']:.0f} %",
            one["done"],
        ]
        for one in figures["top"]
    )
    return (
        f"{table(['', 'CPU µs an article', 'share', 'what was done about it'], rows)}\n\nAll of an article: "
        f"{number(figures['us_per_article'], 0)} µs."
    )


def growth(figures: Figures) -> str:
    sites = figures["sites"]
    by_sites = {
        "CPU ms a look, nothing new": {n: one["look_ms"] for n, one in sites.items()},
        "an article": {n: one["article_ms"] for n, one in sites.items()},
        "an article with its share of looks": {n: one["with_looks_ms"] for n, one in sites.items()},
    }
    parts = [
        by_size(by_sites, "sites", 1),
        _picture("sites", "What an article costs, by sites"),
        by_size({"CPU ms an article": figures["watchlists"]}, "watchlists", 2),
        _picture("watchlists", "What an article costs, by watchlists"),
        by_size({"CPU ms an article": figures["stored"]}, "stored articles", 2),
        _picture("stored", "What an article costs, by stored articles"),
        f"### Where one machine ends\n\n{_ends(figures)}",
    ]
    return "\n\n".join(parts)


def _picture(name: str, about: str) -> str:
    return f"![{about}]({FOLDER}/{name}.svg)"


def _ends(figures: Figures) -> str:
    rows = (
        [
            f"{int(per_site):,}",
            number(one["sites"], 0),
            number(one["articles_a_day"], 0),
            one["limit"],
        ]
        for per_site, one in figures["ends"].items()
    )
    columns = ("articles a site and day", "sites", "articles a day", "what is used up first")
    most = max(map(int, figures["sites"]))
    return (
        f"{table(columns, rows)}\n\nOn two cores that do nothing else: daemon and worker are a process each, "
        f"and use a core each at most. Reckoned from the costs above with {most:,} sites, 10,000 watchlists "
        f"and the largest archive together, {figures['looks_a_day']} looks a site and day, each article "
        f"looked at again five times, {figures['visits_at_once']} visits at once, sites that take "
        f"{figures['latency_s']} s to answer, and a second between two requests. Beyond {most:,} sites it "
        "is arithmetic, not measurement."
    )


def pictures(figures: Figures) -> dict[str, str]:
    """The charts of growth, by the name of their file."""
    if not figures:
        return {}
    sites = figures["sites"]
    charts = {
        "sites": Chart(
            title="An article, by sites",
            x="sites",
            y="CPU ms",
            lines={
                "with its looks": _points({n: one["with_looks_ms"] for n, one in sites.items()}),
                "the article": _points({n: one["article_ms"] for n, one in sites.items()}),
                "a look": _points({n: one["look_ms"] for n, one in sites.items()}),
            },
        ),
        "watchlists": _single("watchlists", "watchlists", figures["watchlists"]),
        "stored": _single("stored articles", "stored articles", figures["stored"]),
    }
    return {f"{name}.svg": draw(chart) for name, chart in charts.items()}


def _single(what: str, x: str, costs: Mapping[str, float]) -> Chart:
    return Chart(
        title=f"An article at the newsdesk, by {what}",
        x=x,
        y="CPU ms",
        lines={"an article": _points(costs)},
    )


def _points(costs: Mapping[str, float]) -> list[tuple[float, float]]:
    return sorted((float(size), cost) for size, cost in costs.items())


SECTIONS: tuple[tuple[str, str, str, Callable[[Figures], str]], ...] = (
    (
        "crawl",
        "Crawl",
        "From a feed to articles that are stored once, beside other crawlers.",
        crawl,
    ),
    (
        "monitoring",
        "Monitoring",
        "News told beside other monitors, all asking for as much.",
        monitoring,
    ),
    ("extraction", "Extraction", "Saved pages, beside general libraries.", extraction),
    ("matching", "Matching", "All watchlists at once, beside other ways.", matching),
    ("duplicates", "Stories", "Copies that find each other as the archive grows.", duplicates),
    ("backtest", "Backtest", "`siaga backtest` over an archive.", backtest),
    ("rhythm", "Rhythm", "Schedules at equal looks a day.", rhythm),
    ("looks", "Looks", "A look that finds nothing.", looks),
    ("idle", "Idle", "A daemon that has nothing to tell.", idle),
    ("path", "The whole path", "From the commit of an alert to the receiver's answer.", telling),
    ("delivery", "Delivery", "The dispatcher by itself, on three channels.", telling),
    ("faults", "Troubled sites", "A newsroom in which most sites fail.", counts),
    ("scores", "Real texts", "Scores on pages and texts that are not ours to ship.", counts),
    ("soak", "Soak", "Everything at once, for half an hour.", counts),
    ("proofs", "Proofs", "What tests show: the cases of each that were run.", proofs),
    ("growth", "Growth", "An article, as everything becomes more.", growth),
    ("hotpath", "The hot path", "Where the CPU of an article goes.", hotpath),
)
"""Script, heading, what was asked, and how its figures are shown."""
