import pages from './en/pages.json';

const protocols = import.meta.glob<Record<string, string>>('./en/protocols/*.json', {
  eager: true,
  import: 'default',
});

export default Object.assign({}, ...Object.values(protocols), pages) as typeof pages;
