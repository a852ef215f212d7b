/** Where the octets of the common tables lie: {@link dev.midstream.tables.store.TableStore}. */
@NullMarked
package dev.midstream.tables.store;

import org.jspecify.annotations.NullMarked;
