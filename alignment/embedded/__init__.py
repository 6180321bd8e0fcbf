"""PostgreSQL and Valkey for trying and testing, in VAR_DIR, when the environment names no servers.

Any number of processes may use them at once: the first starts them, the last stops them, a killed one blocks nobody.
"""

from alignment.embedded.errors import EmbeddedError
from alignment.embedded.place import var_dir
from alignment.embedded.servers import EmbeddedServers, ensure_servers, for_tests, use_servers

__all__ = ["EmbeddedError", "EmbeddedServers", "ensure_servers", "for_tests", "use_servers", "var_dir"]
