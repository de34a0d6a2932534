"""How this computer is called by what it serves to itself: whoever asks by another name is not let in.

A page from anywhere may send requests to 127.0.0.1, and by a name of its own that leads there (DNS rebinding) it may
read the answers too. It cannot choose the Host and the Origin that its browser sends along.
"""

from collections.abc import Mapping

ADDRESS = "127.0.0.1"
NAMES = (ADDRESS, "localhost", "[::1]")


def own_origins(port: int, address: str = "") -> Mapping[str, str]:
    """Return each Host by which this computer may be asked on a port, with the one Origin that belongs to it.

    `address` is that of a reverse proxy before it, such as https://warehouse.council.example, which is let in too.
    """
    hosts = [f"{name}:{port}" for name in NAMES] + (list(NAMES) if port == 80 else [])
    origins = {host: f"http://{host}" for host in hosts}
    return {**origins, address.partition("://")[2]: address} if address else origins
