import pages from './ru/pages.json';

const protocols = import.meta.glob<Record<string, string>>('./ru/protocols/*.json', {
  eager: true,
  import: 'default',
});

export default Object.assign({}, ...Object.values(protocols), pages) as typeof pages;
