/** `fraction` from 0 to 1; null is unknown. */
export function ProgressBar({ fraction, label }: { fraction: number | null; label: string }) {
  const percent = Math.round((fraction ?? 0) * 1000) / 10;
  return (
    <svg
      className="progress"
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(fraction === null ? {} : { 'aria-valuenow': percent })}
    >
      <rect className="progress-track" width="100" height="6" rx="3" />
      <rect className="progress-done" width={percent} height="6" rx="3" />
    </svg>
  );
}
