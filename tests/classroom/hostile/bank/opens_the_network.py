# %% says="imports socket, which opens connections|connected to|looked up"
"""Opens the network: the loopback of the grader, the world, the cloud's metadata."""

# %% above="bob_question" shows="reached: []"
import socket

reached = []
places = [("127.0.0.1", __PORT__), ("localhost", __PORT__), ("::1", __PORT__)]
places += [("169.254.169.254", 80), ("1.1.1.1", 53), ("example.org", 80)]
places += [("127.0.0.1", port) for port in (22, 80, 443, 5432, 8000, 8888)]
for place in places:
    try:
        socket.create_connection(place, timeout=0.3).sendall(b"hostile")
        reached.append(place)
    except OSError:
        pass
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as letter:
        letter.sendto(b"hostile", ("127.0.0.1", __PORT__))
except OSError:
    pass
print("reached:", reached)
