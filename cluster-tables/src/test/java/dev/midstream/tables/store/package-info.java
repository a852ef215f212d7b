/** The store that needs no network. */
@NullMarked
package dev.midstream.tables.store;

import org.jspecify.annotations.NullMarked;
