//! How far people come in a wizard: a drawing, and the same in a table.

pub struct Funnel {
    pub steps: Vec<FunnelStep>,
    /// Why connections of those who are not there yet do not work, the most frequent first.
    pub reasons: Vec<(String, usize)>,
    pub bars: Vec<Bar>,
}

pub struct FunnelStep {
    pub number: usize,
    pub name: String,
    pub count: usize,
    /// Of those who opened it.
    pub percent: usize,
}

/// In units of the drawing.
pub struct Bar {
    pub number: usize,
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub middle: usize,
}

impl Funnel {
    pub const WIDTH: usize = 640;
    pub const HEIGHT: usize = 150;
    /// Below it stand the numbers.
    const FLOOR: usize = 124;

    pub fn new(steps: Vec<FunnelStep>, reasons: Vec<(String, usize)>) -> Self {
        let room = Self::WIDTH / steps.len().max(1);
        let width = room.saturating_sub(room / 4).min(96);
        let bar = |(at, step): (usize, &FunnelStep)| {
            // What is there at all is seen.
            let height = (Self::FLOOR * step.percent.min(100) / 100).max(usize::from(step.count > 0) * 2);
            let x = at * room + (room - width) / 2;
            Bar { number: step.number, x, y: Self::FLOOR - height, width, height, middle: x + width / 2 }
        };
        let bars = steps.iter().enumerate().map(bar).collect();
        Self { steps, reasons, bars }
    }

    pub(crate) fn opened(&self) -> usize {
        self.steps.first().map_or(0, |step| step.count)
    }
}
