import csaf from './en/csaf.json';
import pages from './en/pages.json';

const protocols = import.meta.glob<Record<string, string>>('./en/protocols/*.json', {
  eager: true,
  import: 'default',
});

export default Object.assign({}, ...Object.values(protocols), csaf, pages) as typeof pages;
