import pages from './zh/pages.json';

const protocols = import.meta.glob<Record<string, string>>('./zh/protocols/*.json', {
  eager: true,
  import: 'default',
});

export default Object.assign({}, ...Object.values(protocols), pages) as typeof pages;
