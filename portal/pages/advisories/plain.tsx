/** Text of others, as text: paragraphs where it has empty lines, list items where it has bullets, never markup. */
export function Plain({ children }: { children: string }) {
  const blocks = children
    .slice(0, 60_000)
    .replaceAll('\r\n', '\n')
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter(Boolean);
  return (
    <div className="prose">
      {blocks.map((block, place) => {
        const lines = block.split('\n');
        const isList = lines.every((line) => /^\s*[-*•]\s+/.test(line));
        return isList ? (
          <ul key={`${place}-list`}>
            {lines.map((line, at) => (
              <li key={`${place}-${at}`}>{line.replace(/^\s*[-*•]\s+/, '')}</li>
            ))}
          </ul>
        ) : (
          <p key={`${place}-text`} className="keeps-lines">
            {block}
          </p>
        );
      })}
    </div>
  );
}
