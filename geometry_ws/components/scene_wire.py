"""From the scene's values to the wire's, and its errors to declared ones. Pure."""

from collections.abc import Iterator
from contextlib import contextmanager

from geometry_ws.protocol import errors, surfaces
from geometry_ws.scene.errors import InvalidContent, LimitExceeded, NoSuchSurface
from geometry_ws.scene.surface import Surface


def surface_info(surface: Surface, caller: object = None) -> surfaces.SurfaceInfo:
    """What everybody may know of a surface."""
    return surfaces.SurfaceInfo(
        surface=surface.id,
        title=surface.title,
        text=surface.text,
        x=surface.x,
        y=surface.y,
        width=surface.width,
        height=surface.height,
        scale=surface.scale,
        z=surface.z,
        opacity=surface.opacity,
        cursor=surface.cursor,
        mine=surface.owner == caller,
    )


@contextmanager
def declared() -> Iterator[None]:
    """Turn the scene's errors into those of the protocol."""
    try:
        yield
    except NoSuchSurface as problem:
        raise errors.NoSuchSurface(str(problem), surface=problem.surface) from None
    except LimitExceeded as problem:
        raise errors.LimitExceeded(
            str(problem), limit=problem.limit, maximum=problem.maximum
        ) from None
    except InvalidContent as problem:
        raise errors.InvalidContent(str(problem) + ".", field=problem.field) from None
