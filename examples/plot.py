import numpy as np

import geometry_ws as gw

gw.show(np.sinc(np.hypot(*np.mgrid[-6:6:400j, -9:9:600j])), title="Ripples", cmap="viridis")
