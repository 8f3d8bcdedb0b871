"""Playing a video: a program draws its pictures, viewers of some codecs read what comes."""

from geometry_ws.render.jpeg import decode_jpeg, encode_jpeg
from geometry_ws.scene.changes import Tile
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Image
from geometry_ws.stream.frame import ImageOp, VideoOp
from geometry_ws.stream.viewer import Joining
from tests.stream.streaming import EPOCH, Node, draw, noise

FRAME = 0.034


def joining(*codecs: str) -> Joining:
    return Joining(frozenset(("jpeg", *codecs)), "w", "token " + " ".join(codecs))


H264, VP8, BOTH, NONE = joining("h264"), joining("vp8"), joining("h264", "vp8"), joining()


def screen(node: Node, width: int = 100, height: int = 80, **more) -> str:
    shown = {"content": "video", "opaque": True, **more}
    return node.act("create", "a", width, height, **shown)


def step(node: Node, surface: str, seed: int, *, encoded: bool = False) -> None:
    """The next picture of a program, raw or as a file."""
    buffer = node.world.surfaces[surface].buffer
    height, width = buffer.shape[:2]
    pixels, tile = noise(width, height, seed) & 0xC0, None
    if encoded:
        pixels[..., 3] = 255
        data = encode_jpeg(pixels, 80)
        decoded = decode_jpeg(data)
        assert decoded is not None
        pixels, tile = decoded, Tile("jpeg", data, lossless=False)
    draw(node, surface, Image(Rect(0, 0, width, height), pixels, tile))


def play(node: Node, surface: str, seed: int, *readers: int, encoded: bool = False) -> list:
    """A picture, the tick that it is due in, and these viewers read it; gives what went out."""
    step(node, surface, seed, encoded=encoded)
    node.now += FRAME
    node.frames.clear()
    node.tick()
    for viewer in readers:
        while (done := node.clients[viewer].read()) is not None:
            node.stream.ack(viewer, EPOCH, *done, 100, node.now)
    return sorted(
        (publish.eligible, "".join(kind(op) for op in publish.frame.ops)) for publish in node.frames
    )


def kind(op: object) -> str:
    """K: a key, v: another picture of a video, i: an image, f: a fill or copy."""
    if isinstance(op, VideoOp):
        return "K" if op.key else "v"
    return "i" if isinstance(op, ImageOp) else "f"


def watched(*viewers: Joining, **more) -> tuple[Node, str]:
    """A surface that these viewers have seen, numbered from 1, at rest."""
    node = Node()
    surface = screen(node, **more)
    step(node, surface, 50)
    for number, viewer in enumerate(viewers, 1):
        node.join(number, joining=viewer)
    node.settle()
    return node, surface
