"""Rooms: the camera of a photo, furniture at true size, light and shadow, the finished picture."""
