import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { captureFiles, FileDrop } from '../../ui/file-drop.tsx';
import { useVisitor } from '../../ui/shell.tsx';

/** Where a capture is to be read: in this browser, unless the reader wants it kept as evidence. */
export function CaptureWays({ children }: { children: ReactNode }) {
  const text = useText();
  const navigate = useNavigate();
  const visitor = useVisitor();
  const [way, setWay] = useState<'here' | 'upload'>('here');

  const analyseHere = async (files: readonly File[]) => {
    if (files.length === 0) return;
    const { deskHere } = await import('../../here/in-portal.ts');
    const desk = deskHere(visitor);
    for (const file of files) await desk.take(file);
    await navigate('/analyse');
  };

  return (
    <section id="drop" className="stack stack-s" aria-labelledby="capture-way">
      <fieldset className="ways">
        <legend id="capture-way">{text('captures.way')}</legend>
        {(['here', 'upload'] as const).map((one) => (
          <label key={one} className="way-choice">
            <input type="radio" name="way" value={one} checked={way === one} onChange={() => setWay(one)} />
            {text(`captures.way.${one}`)}
          </label>
        ))}
      </fieldset>
      {way === 'here' && (
        <FileDrop title={text('here.drop')} accept={captureFiles} take={(files) => void analyseHere(files)}>
          {text('captures.way.here.lead')}
        </FileDrop>
      )}
      {/* Stays where it is: something may be on its way up. */}
      <div className="stack stack-s" hidden={way !== 'upload'}>
        {children}
      </div>
    </section>
  );
}
