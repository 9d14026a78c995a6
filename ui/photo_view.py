"""A room photo in a view: zoom, the floor's grid, pictures of any size laid over the photo's place."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsLineItem,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
    QWidget,
)

from ui.floor import Floor
from ui.look import theme

__all__ = ["PhotoView"]

_MARGIN = 12


class PhotoView(QGraphicsView):
    """Scene coordinates are pixels of the photo, whatever the size of the picture that is shown in its place."""

    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._room = QGraphicsScene()
        super().__init__(self._room, parent)
        self._picture = QGraphicsPixmapItem()
        self._picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._room.addItem(self._picture)
        self._grid: QGraphicsRectItem | None = None
        self._photo_size = QRectF()
        self._fitted = True
        self.floor: Floor | None = None
        self.spare_left = 0
        """Pixels at the left where something lies over the view."""
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)

    def show_photo(self, image: QImage | None) -> None:
        """A new room photo, or none."""
        self.floor = None
        self.show_grid(False)
        self._picture.setPixmap(QPixmap() if image is None else QPixmap.fromImage(image))
        self._picture.setScale(1.0)
        self._photo_size = QRectF() if image is None else QRectF(image.rect())
        self._room.setSceneRect(self._photo_size.adjusted(-4000, -4000, 4000, 4000))
        self.fit()

    @property
    def photo_size(self) -> QSizeF:
        """The photo's size in pixels."""
        return self._photo_size.size()

    def show_frame(self, image: QImage) -> None:
        """The furnished picture, of any size, laid over the photo's place."""
        self._picture.setPixmap(QPixmap.fromImage(image))
        self._picture.setScale(self._photo_size.width() / max(image.width(), 1))

    def show_grid(self, show: bool) -> None:
        """Draw the floor grid, one metre a square."""
        if self._grid is not None:
            self._room.removeItem(self._grid)
            self._grid = None
        if show and self.floor is not None:
            self._grid = QGraphicsRectItem(self._photo_size)
            self._grid.setPen(QPen(Qt.PenStyle.NoPen))
            self._grid.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
            self._grid.setZValue(5)
            self._room.addItem(self._grid)
            pen = QPen(QColor(255, 255, 255, 150), 1.4 * self.devicePixelRatioF())
            pen.setCosmetic(True)
            for (x0, y0), (x1, y1) in self.floor.grid():
                QGraphicsLineItem(QLineF(x0, y0, x1, y1), self._grid).setPen(pen)

    def fit(self) -> None:
        """Show the whole photo."""
        self._fitted = True
        if not self._photo_size.isEmpty():
            whole = QRectF(self.viewport().rect())
            free = whole.adjusted(_MARGIN + self.spare_left, _MARGIN, -_MARGIN, -_MARGIN)
            scale = min(max(free.width(), 1.0) / self._photo_size.width(), max(free.height(), 1.0) / self._photo_size.height())
            corner = self._photo_size.center() - free.center() / scale
            self.fitInView(QRectF(corner, whole.size() / scale), Qt.AspectRatioMode.KeepAspectRatio)
            self.zoomed.emit(self.zoom)

    @property
    def zoom(self) -> float:
        """Device pixels per photo pixel."""
        return self.transform().m11() * self.devicePixelRatioF()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the view."""
        at = at or QPointF(self.viewport().rect().center())
        factor = min(max(self.zoom * factor, 0.05), 16.0) / self.zoom
        before = self.mapToScene(at.toPoint())
        self.scale(factor, factor)
        shift = self.mapToScene(at.toPoint()) - before
        self.translate(shift.x(), shift.y())
        self._fitted = False
        self.zoomed.emit(self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802 - Qt's name
        painter.fillRect(rect, QColor(theme().stage))
