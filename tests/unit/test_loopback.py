"""By which names the servers of this computer may be asked."""

from orchestration.loopback import own_origins


def test_a_name_is_let_in_with_its_port_and_has_one_origin() -> None:
    assert own_origins(3000) == {
        "127.0.0.1:3000": "http://127.0.0.1:3000",
        "localhost:3000": "http://localhost:3000",
        "[::1]:3000": "http://[::1]:3000",
    }


def test_a_browser_leaves_the_port_of_http_out() -> None:
    """Traps a server on port 80 that nobody could open."""
    assert own_origins(80)["localhost"] == "http://localhost"
    assert "localhost" not in own_origins(443)


def test_the_name_of_a_proxy_is_let_in_over_https_alone() -> None:
    own = own_origins(3000, "https://warehouse.council.example:8443")
    assert own["warehouse.council.example:8443"] == "https://warehouse.council.example:8443"
    assert len(own) == 4
