import csaf from './zh/csaf.json';
import pages from './zh/pages.json';

const protocols = import.meta.glob<Record<string, string>>('./zh/protocols/*.json', {
  eager: true,
  import: 'default',
});

export default Object.assign({}, ...Object.values(protocols), csaf, pages) as typeof pages;
