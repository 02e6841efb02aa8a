/** "Did you mean": the nearest known word to one that was mistyped. */

/** Longest word that is compared; longer ones are not typing errors of a known word. */
const wordLengthMax = 80;

/** Returns `; did you mean "x"?` for the nearest of the known words, or "" if none is near. */
export function suggestion(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  return near === "" ? "" : `; did you mean "${near}"?`;
}

/** Finds the known word that differs least from `word`, or "" if none differs by at most a third. */
export function nearest(word: string, known: Iterable<string>): string {
  if (word.length > wordLengthMax) return "";
  let best = "";
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Counts the insertions, deletions, replacements and exchanges of neighbours between two words. */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = rows[i - 1][j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, rows[i - 1][j] + 1, row[j - 1] + 1));
      const exchanged = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (exchanged) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[from.length][to.length];
}
