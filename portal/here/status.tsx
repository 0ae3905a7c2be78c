import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { useHere } from '../ui/here.ts';
import { Notice } from '../ui/notice.tsx';
import { Progress } from '../ui/progress.tsx';
import { useCaptures, useDesk, useLibrary } from './desk-context.ts';

/** How far a capture is read, what became of it, and that what was found is kept. */
export function Status({ capture: id }: { capture: string }) {
  const text = useText();
  const format = useFormat();
  const desk = useDesk();
  const here = useHere();
  const capture = useCaptures().find((one) => one.id === id);
  const library = useLibrary();
  if (!capture) return null;
  const { state, bytes, packets, file, report, problem, seconds, rescued } = capture;
  return (
    <>
      {(state === 'reading' || state === 'waiting') && (
        <div className="panel stack stack-s">
          <Progress
            what={text(`here.${state}`, { name: file.name })}
            unit="bytes"
            done={bytes}
            total={file.size}
            secondsLeft={seconds > 2 && bytes > 0 ? ((file.size - bytes) / bytes) * seconds : undefined}
            cancel={
              <Button size="small" onClick={() => desk.stop(id)}>
                {text('here.stop')}
              </Button>
            }
          />
          <p className="soft small">
            {text('here.packets', { packets })} {report && text('here.soFar')}
          </p>
        </div>
      )}
      {state === 'stopped' && (
        <Notice kind="warn" title={text('here.stopped')}>
          {text('here.stopped.kept', { done: format.bytes(bytes), total: format.bytes(file.size) })}
        </Notice>
      )}
      {rescued && (
        <Notice kind="warn" title={text('here.rescued')}>
          {text('here.rescued.what', {
            name: file.name,
            done: format.bytes(bytes),
            total: format.bytes(rescued.size),
          })}
        </Notice>
      )}
      {state === 'refused' && problem && (
        <Notice kind="alarm" live title={text('here.refused', { name: file.name })}>
          {text.coded('problem', {
            code: problem.code === 'empty' ? 'empty-file' : problem.code,
            params: { looksLike: problem.looksLike },
            text: problem.text,
          })}
        </Notice>
      )}
      {state === 'failed' && (
        <Notice kind="alarm" live title={text('here.failed')}>
          {text(report ? 'here.failed.kept' : 'here.failed.nothing')}
        </Notice>
      )}
      {library.state === 'missing' && report && (
        <Notice kind="warn" title={text('here.noAdvisories')}>
          {text(here?.kit ? 'kit.noAdvisories.why' : 'here.noAdvisories.why')}
        </Notice>
      )}
    </>
  );
}
