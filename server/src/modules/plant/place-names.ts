/** Names of sites and zones are the same whatever their case and punctuation. */
export const placeKey = (name: string): string => {
  const bare = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return bare || name.trim();
};

/** The one that a slip of the hand away is this: a letter more, less, another or exchanged, in long names two. */
export function nearest(name: string, others: readonly string[]): string | null {
  const wanted = placeKey(name);
  const most = wanted.length < 4 ? 0 : wanted.length < 9 ? 1 : 2;
  for (const other of others)
    if (Math.abs(placeKey(other).length - wanted.length) <= most && slips(wanted, placeKey(other)) <= most)
      return other;
  return null;
}

/** Optimal string alignment; of names this long, an answer of more than two is as good as infinity. */
function slips(one: string, other: string): number {
  if (one.length > 100 || other.length > 100) return Infinity;
  // A number is another number: Hall 1 is not Hall 2.
  if (one.replace(/\D/g, '') !== other.replace(/\D/g, '')) return Infinity;
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}
