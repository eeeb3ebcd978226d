// Small statistics: medians, spreads, and a line through points.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (values) => [Math.min(...values), Math.max(...values)];

export const summary = (values) => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Least squares: the slope and its 95 % interval. Points of one process depend on each other, so the interval is a lower bound. */
export function slope(points) {
  const count = points.length;
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / count;
  const meanX = mean(([x]) => x);
  const meanY = mean(([, y]) => y);
  const spreadX = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const value = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - value * (x - meanX)) ** 2, 0);
  const error = Math.sqrt(residual / (count - 2) / spreadX);
  // Student's t for 95 % above 30 points is within 2 % of this.
  const margin = error * (1.96 + 2.4 / (count - 2));
  return { slope: value, low: value - margin, high: value + margin };
}
