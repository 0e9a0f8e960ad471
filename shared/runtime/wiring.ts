import { type Database, openDatabase } from '../dynamo/client.ts';
import { type TableName, tableVariable } from '../dynamo/tables.ts';
import { required } from './environment.ts';
import { reportMeter } from './observe.ts';
import { serviceConfig } from './services.ts';

/** The tables under the names that the stack has given to this function; one that it was not given has none. */
export function openTables(): Database {
  const database = openDatabase(table => required(tableVariable(table as TableName)), serviceConfig);
  reportMeter(database.meter);
  return database;
}
