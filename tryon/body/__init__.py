"""The person in the photo: pose, silhouette, what each pixel is.

`map_body(photo)` in `tryon.body.bodymap` gives it all; PARTS in `tryon.body.parsing` names the values of part maps.
"""
