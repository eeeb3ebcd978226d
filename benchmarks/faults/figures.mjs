// Figures of many measurements.

export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
export const median = (values) => percentile(values, 0.5);

/** Two-sided 95 % quantiles of Student's t for 1, 2, … degrees of freedom; then it is nearly normal. */
const STUDENT = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1,
  2.09, 2.09,
];
const student = (freedom) => STUDENT[freedom - 1] ?? (freedom < 60 ? 2.05 : 1.98);

/** The slope of a line through points by least squares, with half the width of its 95 % interval. */
export function slope(points) {
  const n = points.length;
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / n;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const spread = points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  const value = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / spread;
  const residue = points.reduce((sum, [a, b]) => sum + (b - y - value * (a - x)) ** 2, 0);
  return { value, half: student(n - 2) * Math.sqrt(residue / (n - 2) / spread) };
}

export const ms = (value, digits = 1) => (value === undefined ? "never" : `${value.toFixed(digits)} ms`);
export const seconds = (value) => `${(value / 1000).toFixed(1)} s`;
export const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
export const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

/** Active resources as text; the same text before and after says that nothing was left. */
export const resourcesOf = ({ resources, descriptors }) =>
  `${descriptors} fds, ${Object.entries(resources)
    .map(([name, count]) => `${count} ${name}`)
    .toSorted()
    .join(", ")}`;
