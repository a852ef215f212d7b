/** Tests of entries and their octets. */
@NullMarked
package dev.midstream.tables.entry;

import org.jspecify.annotations.NullMarked;
