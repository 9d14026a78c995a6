"""One document: everything that is open in the window, saved as one `.tryon` file or kept as a journal while it is worked on.

`document` says what a project is, `form` writes it as JSON, `store` as files.
"""
