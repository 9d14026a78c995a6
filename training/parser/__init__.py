"""Makes and measures the parser, the net that names what each pixel of a person is.

    python -m training.parser.train --minutes 65        learns from rendered people (runs/people), writes runs/parser
    python -m training.parser.export runs/parser/last.pt   writes models/parser.safetensors and its card
    python -m training.parser.score                     held-out renders, photos with hand-made maps, a sheet to look at
"""
