"""Streams: a world of surfaces as frames, for any number of viewers, each at its own pace.

    the world -- changed --> Pending -- taken by a tick --> History: what changed since which frame
                                                               |
    viewers that are ready -- Planner.sort --> level, behind, joining
                                                               |
                         Planner.plan: a frame for each <-- VideoEncoders: what goes out as video
                                                               |
                              Builder: pixels are copied --> Plan: groups of viewers, pictures
                                                               |
                                                          Plan.encode, in any thread
                                                               |
    a viewer <-- frames, part by part, in transfers -- Stream.commit
        |
        +-- acks --> Flow: its congestion window; LineQuality: sharp or fast pictures

A frame places planes (one for each surface), removes planes, and paints into them. Viewers keep the
planes and compose them. A tick is `plan`, then `encode`, then `commit`, one tick at a time. Ticks
are at least 16 ms apart. Nothing here knows a clock or the network: times are handed in, messages
are handed out.

There are no queues. A viewer gets a frame when it is ready: its congestion window has room, its
acks come in time, and no frame is on its way to it. A viewer that isn't ready is left out. What it
lacks then is known from the history, and from four notes about the viewer: the last frame it got,
the planes that are stale, the regions that are lossy, the regions that are downscaled.

So a tick makes at most three frames for each profile (viewers that decode the same codecs, over
lines of the same quality, at the same size). *Level* viewers share one with what has just changed.
Viewers *behind* share one with the newest pixels of all that any of them misses. *Joining* viewers
share a keyframe. Pixels are absolute, so a viewer may get more of them than it needs. Each picture
is encoded once for all viewers. A frame too large for one message goes in parts, to each viewer at
its own pace. Lossy pixels are refined when they are at rest.

What states a viewer can be in, and what leads from one to another, is a table in viewer.py.

stream.py          a stream: changes and viewers in, ticks and messages out
planner.py         which viewers are level, behind or joining, and the frames for them
builder.py         operations and pictures of a frame, copied from the planes
plan.py            a tick's plan: groups of viewers, pictures to be encoded, parts
video_encoders.py  which planes go out as video, and when a key is due
motion.py          which surfaces are videos although their programs don't say so
video.py           a picture's position in a video, and which viewers can decode it
viewer.py          one viewer: its states as a table, what it has, what is on its way
roster.py          the viewers that are attached, and those that may resume
catch_up.py        what viewers behind need
for_looks.py       which planes are for which looks
refine.py          when lossy pixels are at rest, and are sent without loss
loss.py            which regions a frame leaves lossy, downscaled or exact
flow.py            the congestion window and what measures a line
pace.py            how often viewers acknowledge
quality.py         sharp or fast, and how much a viewer's pictures are downscaled
history.py         what changed since which frame
pending.py         what has changed since the last frame
tiles.py           how pictures are cut, and the cache of encoded ones
transfers.py       frames in several parts, on their way
presented.py       which commits and frames were shown, for programs that wait to hear it
stats.py           numbers for people
frame.py           frames as values
wire.py            frames on the wire, and back with full checks
painter.py         the reference painter: frames applied to planes
shown_planes.py    which of its planes a viewer shows
"""
