/** What holds of the common tables, whatever holds their octets. */
@NullMarked
package dev.midstream.tables;

import org.jspecify.annotations.NullMarked;
