import csaf from './ru/csaf.json';
import pages from './ru/pages.json';

const protocols = import.meta.glob<Record<string, string>>('./ru/protocols/*.json', {
  eager: true,
  import: 'default',
});

export default Object.assign({}, ...Object.values(protocols), csaf, pages) as typeof pages;
