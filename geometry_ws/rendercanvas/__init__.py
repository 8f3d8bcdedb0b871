"""A back end of rendercanvas: what pygfx, wgpu and others render is live on the node's screens.

    from geometry_ws.rendercanvas import RenderCanvas, loop

This package alone needs rendercanvas, and nothing else of geometry_ws imports it.

canvas.py   the canvas: draws as fast as it is seen, presents, hears
events.py   input of a surface -> events in rendercanvas's words
"""

from geometry_ws.rendercanvas.canvas import RenderCanvas, ScreenRenderCanvas, loop

__all__ = ["RenderCanvas", "ScreenRenderCanvas", "loop"]
