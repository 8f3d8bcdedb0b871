"""Short videos of 64 × 64 and 71 × 65 pixels: three soft pictures each, the first a key.

Encoders write other bytes with each version; decoders must make the same of these, nearly.
"""

import base64

_FILMS = {
    ("h264", 64, 64): (
        "AAAAAWdCwCnaEJpqAgICgAAAAwCAAAAeR4wZUAAAAAFozg/IAAAAAWWIhDoMYDgILAAAgkyNtttttttttttt"
        "ttthkwBwwOAAEFKXt7e3k7PGzi1EAPEQokPb28rKi1CwLEQQUSHd3daxaiAeIhRIHd3dVqGMBwEFgESNtttt"
        "tttttttttttiEDQgECpvb29vTZyeMSSIejsSSK0diSbwtgOAgsA6RtttttttttttttttsQgaEAg6b29vb2dn"
        "Z2cpLlJlJcMYDgILAKkbbbbbbbbbbbbbbbbEIGhAIOm9vb29nZ2dnEkv0SS7Sk4=",
        "AAAAAUGaIHrDARBLPj82n5Vxzj4Ip88cDGV4Ip8vHAxn4JZ8fm/H5jgcfUczn1HO4ZqOAGxxPS/Uc7hCtscT"
        "bgwqIlGB+o52OJ53E1t9Rodg",
        "AAAAAUGaQCawwEQ9Pj878Pc21bjAChJLxbFv8KzxwdeZ7h7jeMAKEy8Wxb8MQrXq/NJ+Fq5EJAJeLYtoLCGE"
        "ZMwQBAkGAg8H/H/B/x/wc3HNwc3HN/UcMf9Rw31HDYol/UcN9Rwx/E1HADfBP3e9xoAG+o4bhGo4Ab6jgBj/"
        "gn3ve4iBR7A=",
    ),
    ("h264", 71, 65): (
        "AAAAAWdCwCnaFL5YiagICAoAAAMAAgAAAwB5HjBlQAAAAAFozg/IAAAAAWWIhDoMYDgILAAAgkyNtttttttt"
        "ttttttthkwBwwOAAEFKXt7e3k7PGzi1EAPEQokPb28rKi1CwLEQQUSHd3daxaiAeIhRIHd3dVqLUUY0MYD3r"
        "WGMBwEFgESNtttttttttttttttiEDQgECpvb29vTZyeMSSIejsSSK0diSbxJIrvC2A4CCwDpG22222222222"
        "2222xCBoQCDpvb29vZ2dnZykuUmUlxJMnQxgOAgsAqRtttttttttttttttsQgaEAg6b29vb2dnZ2cSS/RJLt"
        "KTEkvR2IcR/HZSZSVEkkUI7EPfA=",
        "AAAAAUGaIGrAWFRwACccAAQBPqOAATjgACAR9RwACccAAQBOAiQio5jK4kEto+b8fmOBkfqOAATjgACARwzU"
        "cAAjHAAEATHEumWEajmZeo4GLuCCo4ABeOAAIBGOJ8yjibfUc76jgb6jgAF44AAgEfUcAAvHAAEAjHE7/Ucz"
        "YSJcaFd71rwU1HABjgACAB9RwAY4AAgAY4leZRpIPu+NJ0X4",
        "AAAAAUGaQHrAWFRwAC8cAAQDPqOAAXjgACAZ8EO01HAALxwABAQ+F7u73uID4hAAEAKXt72mT1wESEQraPm/"
        "H5gkAAlEMm+O5di3+o4ABeOAAIBn1HAALxwABAM+o4ABeNAAEA4MBQhFRwA76jQAMv1HAAJxwABAM+o4ABeO"
        "AAIBmOJ1jiYwU+o4ABC4RqOAATjgACAR9RwACccAAQDOEKjgAF44AAgIeEVHADsJElBAGjBT3/6jQACMcAAQ"
        "DOEajgDHAAEAThio4ABOOAAIBmEnIoRx/ZWUIkhimSOA/Xw=",
    ),
    ("vp8", 64, 64): (
        "EAQAnQEqQABAAAXHCIWFiJmEiB8CAu/Eb16TpU56RHps5T2VnUkBHpmA/uYfRoaHr/mb56/FiwRf0TudM7L4"
        "x76KHt73UN14s5CHdDMZMFq8kA2l4u16lBWT0LV+L5Q4SmQ7ZCpnyyUtoA==",
        "UQIAFxCwABgNQDxvkjYFBf6AAIjo/SQIy9DaM0b6dL0CE+aYpDDmkHRGmePlIFAO+k75GBfOu1+A",
        "kQIAFxCMABg3wOQhAvv2ZM3k5sAIkID+KTxQQsNHWDzvVCwYWR/jEU0kFGZkJo94ThtNycoZ1iW6gAu9qMB3"
        "4tNeiAicIm9jOg+coAA=",
    ),
    ("vp8", 71, 65): (
        "0AQAnQEqSABCAAmHCIWFiJmEiCmCG+RMexqkaXv6GOC/lqlHwxeCkKcdSzBvN1gA/t+xanuv8XdiOMXzSrSP"
        "Nyh4uVrI8b50fn4e55kJM+k1bdPlh3opNKI/6YsB5SV380hKn1bzDXWlo7TZpiAA",
        "MQIAJhDkABgNIivc9IbzwwARJGD9IWuMkoDFYcx8ZuqVKOj3jeQR068pxmaKOBz9eLBTLd+Ccfvemz89n8L4"
        "RcrRc4gxqWw3gA==",
        "MQIAHRDEABg3/IQzFBYT+wACGY79YhEqFXccCpm87DUujXXnl1v016dbUBbIb0Do2iRPu1n5mkG8pj81XXMy"
        "6Q+c4n/ZKLIrQA==",
    ),
}


def pictures(codec: str, width: int = 64, height: int = 64) -> list[bytes]:
    """The bytes of a video's three pictures."""
    return [base64.b64decode(picture) for picture in _FILMS[codec, width, height]]
