"""Dagster's web interface in a browser: it works behind its guard, and no page of others changes anything through it.

Each attack is also tried on Dagster's own server, where it must come through: a test of one that a browser stops anyway
proves nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import CHROMIUM
from tests.browser.watching import Watched, serving, until
from tests.webserver_fixture import Webserver

ATTACKS = {
    "a picture": """
        const image = new Image()
        const over = new Promise(done => image.onload = image.onerror = done)
        image.src = `${target}/graphql?query=${encodeURIComponent(mutation)}`
        await over""",
    "a script": """
        const script = document.createElement('script')
        const over = new Promise(done => script.onload = script.onerror = done)
        script.src = `${target}/graphql?query=${encodeURIComponent(mutation)}`
        document.body.append(script)
        await over""",
    "a fetch without content": """
        await fetch(`${target}/graphql?query=${encodeURIComponent(mutation)}`, {mode: 'no-cors'})""",
    "a form that posts": """
        await post(`${target}/graphql?query=${encodeURIComponent(mutation)}`)""",
    "a form of files": """
        await post(`${target}/graphql?query=${encodeURIComponent(mutation)}`, 'multipart/form-data')""",
    "a fetch without reading": """
        await fetch(`${target}/graphql?query=${encodeURIComponent(mutation)}`, {method: 'POST', mode: 'no-cors'})""",
    "a fetch that calls its JSON text": """
        const body = new Blob([JSON.stringify({query: mutation})], {type: 'text/plain; application/json'})
        await fetch(`${target}/graphql`, {method: 'POST', mode: 'no-cors', body})""",
    "a beacon": """
        const address = `${target}/graphql?query=${encodeURIComponent(mutation)}`
        navigator.sendBeacon(address, new Blob(['{}'], {type: 'text/plain'}))
        await fetch(address.replace('graphql', 'server_info'), {mode: 'no-cors'}).catch(() => 0)""",
}
"""What a page of others can do without being asked; each tries to send a mutation."""

HELP = """
    const post = (action, enctype = 'application/x-www-form-urlencoded') => {
        const frame = Object.assign(document.createElement('iframe'), {name: 'there'})
        const form = Object.assign(document.createElement('form'), {method: 'post', action, enctype, target: 'there'})
        form.append(Object.assign(document.createElement('input'), {name: 'a', value: 'b'}))
        document.body.append(frame, form)
        const over = new Promise(done => frame.onload = done)
        form.submit()
        return over
    }
"""


def deletion(run: str) -> str:
    return f'mutation {{ deletePipelineRun(runId: "{run}") {{ __typename }} }}'


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of somebody else's page, on another port of this computer."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "index.html").write_text("<!doctype html><title>Elsewhere</title><body>", encoding="utf-8")
    with serving(folder) as address:
        yield address


@pytest.fixture
def foreign_page(browser: Any, elsewhere: str) -> Iterator[Any]:
    with closing(browser.new_context()) as context:
        page = context.new_page()
        page.goto(elsewhere)
        yield page


def attacked(page: Any, webserver: Webserver, attack: str) -> str:
    """Let a page try to delete a run, and return the run."""
    run = webserver.new_run()
    page.evaluate(
        f"async ([target, mutation]) => {{ try {{ {HELP} {attack} }} catch (error) {{ /* it may not read */ }} }}",
        [webserver.address, deletion(run)],
    )
    return run


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_page_of_others_deletes_no_run(foreign_page: Any, guarded: Webserver, attack: str) -> None:
    run = attacked(foreign_page, guarded, attack)
    foreign_page.wait_for_timeout(300)  # a beacon and a frame are on their way when the page is done
    assert guarded.has_run(run)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_without_the_guard_a_page_of_others_deletes_it(foreign_page: Any, unguarded: Webserver, attack: str) -> None:
    run = attacked(foreign_page, unguarded, attack)
    until(lambda: not unguarded.has_run(run))


OPENS_A_SOCKET = """address => new Promise(done => {
    const socket = new WebSocket(address, 'graphql-ws')
    socket.onopen = () => socket.send(JSON.stringify({type: 'connection_init'}))
    socket.onmessage = message => done(message.data)
    socket.onerror = () => done('refused')
})"""


def test_a_page_of_others_opens_no_websocket(foreign_page: Any, guarded: Webserver, unguarded: Webserver) -> None:
    """A browser sends it anywhere, and lets the page read what comes back."""
    answers = [
        foreign_page.evaluate(OPENS_A_SOCKET, f"ws://127.0.0.1:{one.port}/graphql") for one in (guarded, unguarded)
    ]
    assert answers == ["refused", '{"type":"connection_ack"}']


def test_a_page_of_others_shows_it_in_no_frame(foreign_page: Any, guarded: Webserver, unguarded: Webserver) -> None:
    """Or somebody could be led to click on what he does not see."""
    shown = []
    for one in (guarded, unguarded):
        with foreign_page.expect_response(f"{one.address}/runs") as answer:
            foreign_page.evaluate(
                "address => { document.body.innerHTML = `<iframe src=${address}>` }", f"{one.address}/runs"
            )
        shown.append(answer.value.status)
    assert shown == [403, 200]


@pytest.fixture(scope="module")
def misled_browser(browser: Any) -> Iterator[Any]:
    """A browser to which the attacker's name leads to this computer, as it does after DNS rebinding."""
    rules = "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    # Newer ones ask before a page from elsewhere reaches this computer; others do not, and people say yes.
    unasked = "--disable-features=LocalNetworkAccessChecks"
    arguments = [rules, unasked, "--disable-dev-shm-usage"]
    with closing(browser.browser_type.launch(executable_path=CHROMIUM, args=arguments)) as misled:
        yield misled


ASKS_ITSELF = """async mutation => {
    const headers = {'Content-Type': 'application/json'}
    const answer = await fetch('/graphql', {method: 'POST', headers, body: JSON.stringify({query: mutation})})
    return [answer.status, await answer.text()]
}"""


def asked_after_rebinding(misled: Any, webserver: Webserver) -> tuple[int, bool]:
    """Open the attacker's page under his name, let it ask its own host, which is now ours, and say what came of it."""
    run = webserver.new_run()
    with closing(misled.new_context()) as context:
        page = context.new_page()
        page.route(
            "**/attack",
            lambda route: route.fulfill(body="<!doctype html><title>Evil</title>", content_type="text/html"),
        )
        page.goto(f"http://evil.test:{webserver.port}/attack")
        status, _ = page.evaluate(ASKS_ITSELF, deletion(run))
    return status, not webserver.has_run(run)


def test_a_name_that_is_led_here_asks_nothing(misled_browser: Any, guarded: Webserver, unguarded: Webserver) -> None:
    assert asked_after_rebinding(misled_browser, guarded) == (421, False)
    assert asked_after_rebinding(misled_browser, unguarded) == (200, True)


def test_a_name_that_is_led_here_reads_nothing(misled_browser: Any, guarded: Webserver) -> None:
    with closing(misled_browser.new_context()) as context:
        page = context.new_page()
        answer = page.goto(f"http://evil.test:{guarded.port}/runs")
        assert answer.status == 421
        assert page.inner_text("body") == "This server answers to its own address alone."
        assert page.evaluate(OPENS_A_SOCKET, f"ws://evil.test:{guarded.port}/graphql") == "refused"


def test_the_interface_shows_runs_and_deletes_one_behind_its_guard(
    visit: Callable[..., Watched], guarded: Webserver
) -> None:
    """By hand, as somebody does it: what the guard would refuse shows as a fault of the page."""
    run = guarded.new_run()
    page = visit(f"http://127.0.0.1:{guarded.port}/runs").page
    row = page.get_by_role("link", name=run[:8])
    row.wait_for()
    page.locator("input[type=checkbox]").nth(2).focus()  # the newest run, after two for all
    page.keyboard.press("Space")
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("menuitem", name="Delete 1 run").click()
    page.get_by_role("button", name="Yes, delete 1 run").click()
    until(lambda: not guarded.has_run(run))


def test_the_interface_hears_of_news_by_its_websocket(visit: Callable[..., Watched], guarded: Webserver) -> None:
    watched = visit(f"{guarded.address}/runs")
    assert (
        watched.page.evaluate(OPENS_A_SOCKET, f"ws://127.0.0.1:{guarded.port}/graphql") == '{"type":"connection_ack"}'
    )


def test_the_page_to_try_questions_on_answers(visit: Callable[..., Watched], guarded: Webserver) -> None:
    page = visit(f"{guarded.address}/graphql").page
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("{ version }")
    page.get_by_role("button", name="Execute query").click()
    expect(page.locator(".result-window")).to_contain_text('"version": "')


@pytest.mark.slow
def test_a_job_is_launched_from_the_interface_of_cla_dev(
    visit: Callable[..., Watched], dev: tuple[str, Any, Any]
) -> None:
    """With the code, the daemon and the guard together: the documentation, which needs no delivery, is written."""
    page = visit(f"{dev[0]}/locations/orchestration.definitions/jobs/documentation").page
    page.get_by_role("button", name="Materialize all").click()
    expect(page.get_by_text("Launched run")).to_be_visible()
    page.goto(f"{dev[0]}/runs")
    expect(page.get_by_text("Success")).to_be_visible(timeout=120_000)
