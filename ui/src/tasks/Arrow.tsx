/** From the source to the destination. */
export function Arrow() {
  return (
    <svg className="arrow" viewBox="0 0 14 10" width="14" height="10" aria-hidden>
      <path d="M1 5h11M8.500 1.500 12 5 8.500 8.500" />
    </svg>
  );
}
