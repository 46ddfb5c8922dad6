/** The ferry on two waves; drawn as icons/keyferry-small.svg is. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden>
      <rect className="mark-ground" width="32" height="32" rx="7" />
      <g className="mark-ship">
        <path d="M18 4h4v4h-4z" />
        <path d="M11 8h13v4H11z" />
        <path d="M4 14h24l-2 6H6z" />
      </g>
      <path className="mark-gap" d="M4 20.500c2 0 2-2 4-2s2 2 4 2 2-2 4-2 2 2 4 2 2-2 4-2 2 2 4 2" />
      <path className="mark-wave" d="M4 22.500c2 0 2-2 4-2s2 2 4 2 2-2 4-2 2 2 4 2 2-2 4-2 2 2 4 2" />
      <path className="mark-wave-far" d="M6 27.500c1.670 0 1.670-2 3.330-2s1.670 2 3.330 2 1.670-2 3.330-2 1.670 2 3.330 2 1.670-2 3.330-2 1.670 2 3.330 2" />
    </svg>
  );
}
