"""Mails through a real server: each once, whatever it answers."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from alignment.invariants import broken
from notices import outbox
from notices.delivering import Delivered, deliver
from notices.models import Delivery, Notification
from notices.telling import Notice, tell
from notices.wishes import unsubscribe
from tests.cast import Cast
from tests.notices.conftest import Tell
from tests.notices.receivers import MailServer

HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestAMail:
    def test_says_what_happened_and_where_to_act(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime
    ) -> None:
        news(cast.rep, title="Ann & <Bob> got no answer", path="/leads/7/")
        assert deliver(now=now) == Delivered(sent=1)
        (mail,) = mail_server.to(cast.rep.email)
        text, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
        assert mail["Subject"] == "Ann & <Bob> got no answer"
        assert "Ann & <Bob> got no answer\r\nNordwind\r\nOpen: https://alignment.test/leads/7/" in text.replace(
            "\n", "\r\n"
        ).replace("\r\r", "\r")
        assert "Ann &amp; &lt;Bob&gt; got no answer" in html
        assert 'href="https://alignment.test/leads/7/"' in html
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts) == ("sent", 1)
        assert delivery.sent_at is not None
        assert now <= delivery.sent_at < now + HOUR

    def test_can_be_left_with_one_press_and_known_again(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime, client: Any
    ) -> None:
        news(cast.rep)
        deliver(now=now)
        (mail,) = mail_server.mails
        address = mail["List-Unsubscribe"].strip().strip("<>")
        assert address.startswith("https://alignment.test/notices/unsubscribe/")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["Message-ID"] == f"<{Delivery.objects.get().pk}@alignment.test>"
        assert mail["Auto-Submitted"] == "auto-generated"
        path = address.removeprefix("https://alignment.test")
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        news(cast.rep, fact="next")
        assert Delivery.objects.count() == 1

    def test_of_many_news_lists_the_first_and_counts_the_rest(
        self, cast: Cast, mail_server: MailServer, now: datetime
    ) -> None:
        tell([Notice(cast.rep.pk, "breached", f"h{n}", f"Lead {n:02} waits", "/") for n in range(25)], at=now)
        deliver(now=now)
        (mail,) = mail_server.mails
        text = mail.get_body(["plain"]).get_content()
        assert mail["Subject"] == "25 answers are late"
        assert "Lead 19 waits" in text
        assert "Lead 20 waits" not in text
        assert "and 5 more in the app. https://alignment.test/notices/" in text

    def test_holds_nothing_of_who_was_erased_meanwhile(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime
    ) -> None:
        news(cast.rep)
        Notification.objects.update(title="About somebody who was erased", detail="")
        deliver(now=now)
        assert "Ann" not in mail_server.mails[0].as_string()

    def test_with_a_line_break_in_a_name_forges_no_header(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime
    ) -> None:
        news(cast.rep, title="Ann\r\nBcc: x@x.test", path="//evil.test/")
        deliver(now=now)
        (mail,) = mail_server.mails
        assert (mail["Subject"], mail["Bcc"]) == ("Ann Bcc: x@x.test", None)
        assert "evil.test" not in mail.as_string()


@pytest.mark.django_db
class TestWhoIsToldNoMore:
    def test_because_they_left(self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime) -> None:
        news(cast.rep, cast.mate)
        type(cast.rep).objects.filter(pk=cast.rep.pk).update(is_active=False)
        unsubscribe(cast.mate, "breached")
        assert deliver(now=now) == Delivered(given_up=2)
        assert mail_server.mails == []
        assert set(Delivery.objects.values_list("last_error", flat=True)) == {
            "The person is not active any more.",
            "The person wants no mails of this kind.",
        }


@pytest.mark.django_db
class TestWhenTheServer:
    def test_is_down_all_is_caught_up_each_once(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime
    ) -> None:
        mail_server.stop()
        for n in range(8):
            news(cast.rep, fact=f"f{n}")
        tries = [deliver(now=now + timedelta(minutes=3 * n)) for n in range(20)]
        assert all(tried.sent == 0 for tried in tries)
        # One is tried each time, and says for all that nothing gets through.
        assert all(tried.put_off <= 1 for tried in tries)
        mail_server.start()
        later = [deliver(now=now + HOUR + timedelta(minutes=10 * n)) for n in range(6)]
        assert sum(done.sent for done in later) == 8
        assert sorted(mail["Subject"] for mail in mail_server.mails) == [f"Ann waits (f{n})" for n in range(8)]

    def test_puts_one_off_the_others_go_out(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime
    ) -> None:
        mail_server.answers[str(cast.rep.email)] = "451 Greylisted, try again"
        news(cast.rep, cast.mate, cast.other_rep)
        assert deliver(now=now) == Delivered(sent=2, put_off=1)
        waiting = Delivery.objects.get(state="waiting")
        assert waiting.last_error == "The mail server said: 451 Greylisted, try again"
        assert deliver(now=now) == Delivered()
        mail_server.answers.clear()
        assert deliver(now=now + HOUR) == Delivered(sent=1)
        assert len(mail_server.to(cast.rep.email)) == 1

    def test_refuses_an_address_it_is_given_up_with_the_reason(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime
    ) -> None:
        mail_server.answers[str(cast.rep.email)] = "550 No such mailbox"
        news(cast.rep, cast.mate)
        assert deliver(now=now) == Delivered(sent=1, given_up=1)
        assert Delivery.objects.get(state="given_up").last_error == "The mail server said: 550 No such mailbox"
        assert deliver(now=now + HOUR) == Delivered()

    def test_puts_one_off_for_two_days_it_is_given_up(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime
    ) -> None:
        mail_server.answers[str(cast.rep.email)] = "451 Try again"
        news(cast.rep)
        tried = [deliver(now=now + n * HOUR) for n in range(60)]
        assert sum(done.given_up for done in tried) == 1
        ended = Delivery.objects.get()
        assert (ended.state, ended.last_error) == ("given_up", "The mail server said: 451 Try again")
        assert 40 <= ended.attempts <= 49
        assert "outbox" not in {found.name for found in broken()}


@pytest.mark.django_db
class TestAClaim:
    def test_of_a_killed_worker_is_free_after_its_lease(
        self, cast: Cast, news: Tell, mail_server: MailServer, now: datetime
    ) -> None:
        news(cast.rep)
        assert outbox.claim_mail(now) is not None  # and then nothing more of this worker
        assert deliver(now=now + outbox.LEASE) == Delivered()
        assert deliver(now=now + outbox.LEASE + 2 * outbox.FIRST_GAP) == Delivered(sent=1)
        assert len(mail_server.mails) == 1
        assert Delivery.objects.get().attempts == 2

    def test_that_was_overtaken_changes_nothing(self, cast: Cast, news: Tell, now: datetime) -> None:
        news(cast.rep)
        slow = outbox.claim_mail(now)
        quick = outbox.claim_mail(now + HOUR)
        assert slow is not None
        assert quick is not None
        outbox.sent(quick, at=now + HOUR)
        outbox.give_up(slow, "too slow")
        outbox.try_later(slow, "too slow", now=now)
        assert Delivery.objects.get().state == "sent"

    def test_grows_apart_with_each_try(self) -> None:
        gaps = [outbox.gap(n).total_seconds() / 60 for n in range(1, 9)]
        for found, meant in zip(gaps, [1, 2, 4, 8, 16, 30, 30, 30], strict=True):
            assert 0.8 * meant <= found <= 1.2 * meant


@pytest.mark.django_db
def test_what_was_told_while_nobody_delivered_is_no_news(
    cast: Cast, news: Tell, mail_server: MailServer, now: datetime
) -> None:
    news(cast.rep)
    assert deliver(now=now + timedelta(days=3)) == Delivered(given_up=1)
    assert Delivery.objects.get().last_error == "Nobody delivered it while it was news."
    assert mail_server.mails == []


@pytest.mark.django_db
def test_old_deliveries_are_forgotten_and_waiting_ones_never(cast: Cast, news: Tell, now: datetime) -> None:
    news(cast.rep, cast.mate)
    Delivery.objects.filter(person=cast.rep).update(state="sent", sent_at=now)
    assert outbox.tidy(now=now + timedelta(days=89)) == 0
    assert outbox.tidy(now=now + timedelta(days=91)) == 1
    assert Delivery.objects.get().person == cast.mate
    assert Notification.objects.count() == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_deliverers_at_once_send_each_mail_once(cast: Cast, mail_server: MailServer, now: datetime) -> None:
    for n in range(60):
        tell([Notice(cast.rep.pk, "breached", f"h{n}", f"Lead {n}", "/")], at=now)
    done: list[Delivered] = []
    start = threading.Barrier(4)

    def worker() -> None:
        start.wait()
        try:
            done.append(deliver(now=now))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.sent for one in done) == 60
    assert len(done) == 4
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == len(mail_server.mails) == 60
