from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from crawler.job import (
    VERSION,
    JobVersionError,
    announced_from_data,
    announcement_from_data,
    job_from_data,
    page_from_data,
    report_from_data,
    to_data,
)
from tests.crawler import invented

if TYPE_CHECKING:
    from crawler.discovery.announcement import Announcement
    from crawler.job import Announced, CrawlJob, CrawlReport, PageRead


def over_the_pipe(value: object) -> object:
    return json.loads(json.dumps(to_data(value)))


@given(invented.jobs)
@settings(max_examples=60)
def test_a_job_comes_out_of_json_as_it_went_in(job: CrawlJob) -> None:
    assert job_from_data(over_the_pipe(job)) == job


@given(invented.reports)
@settings(max_examples=60, deadline=None)
def test_a_report_comes_out_of_json_as_it_went_in(report: CrawlReport) -> None:
    assert report_from_data(over_the_pipe(report)) == report


@given(invented.pages)
@settings(max_examples=40)
def test_a_page_comes_out_of_json_as_it_went_in(page: PageRead) -> None:
    assert page_from_data(over_the_pipe(page)) == page


@given(invented.announced)
@settings(max_examples=40)
def test_a_page_to_be_read_comes_out_of_json_as_it_went_in(page: Announced) -> None:
    assert announced_from_data(over_the_pipe(page)) == page


@given(invented.announcements)
@settings(max_examples=40)
def test_an_announcement_comes_out_of_json_as_it_went_in(announcement: Announcement) -> None:
    assert announcement_from_data(over_the_pipe(announcement)) == announcement


@pytest.mark.parametrize(
    "data", [None, [], "job", {}, {"version": VERSION + 1}, {"version": str(VERSION)}]
)
def test_another_version_is_refused_by_name(data: object) -> None:
    for read in (job_from_data, report_from_data):
        with pytest.raises(JobVersionError, match=f"this Siaga speaks {VERSION}") as error:
            read(data)
        assert error.value.version == (data.get("version") if isinstance(data, dict) else None)


def test_what_lacks_a_field_is_no_job() -> None:
    with pytest.raises(KeyError):
        job_from_data({"version": VERSION})
